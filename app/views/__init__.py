"""One short function a call: load, act, dump."""
