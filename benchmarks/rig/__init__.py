"""What the measurements stand on: a quick site, a whole stack, and looks at what it uses."""
