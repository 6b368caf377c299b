"""The only way out of a browser: a proxy of our own that looks at every address it connects to."""
