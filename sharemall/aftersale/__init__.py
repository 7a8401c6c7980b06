"""After-sale: what a shopper asks for once an order is paid, and how it is answered."""
