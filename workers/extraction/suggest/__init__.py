"""Suggest: a page in, the payloads that it may be wanted for out.

A room without I/O: it takes a parsed page and gives candidates, the best first. The same bytes give
the same answer; every loop is over numbers of elements and has a bound.
"""
