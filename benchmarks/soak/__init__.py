"""Whether anything grows that should not, under a constant load of processes over a long time."""
