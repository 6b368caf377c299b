"""Everything that fetches: one contract, a client and a browser, and the guard before both."""
