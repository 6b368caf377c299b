"""What a program is made of: its pool, its real parts, who it is, and that it says so."""
