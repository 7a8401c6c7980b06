"""Who sells in the mall, what its freight costs and what commission it pays."""
