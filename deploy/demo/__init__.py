"""The demonstration: a sample site of our own, and a run over it from payload to file."""
