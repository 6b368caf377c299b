"""The pure core: the text of a page in, records, links and next pages out. It does no I/O.

``decode`` makes text of bytes, ``cage.timed_extract`` values of text, ``check.check`` tells
what is wrong with a plan before it runs, and ``urls`` has the one identity of a page. Nothing is
imported here, so that whoever needs an identity loads no parser.
"""
