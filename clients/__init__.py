"""Clients of the API: what other programs use, and our own command line."""
