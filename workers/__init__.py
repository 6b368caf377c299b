"""The work: everything that fetches, reads, writes, pays and delivers."""
