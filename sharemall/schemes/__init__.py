"""How the mall's rules change: drafts, their re-run, a second person's approval, the notice."""
