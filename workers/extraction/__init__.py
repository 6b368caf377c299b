"""The pure core: the text of a page in, records, links and next pages out. It does no I/O.

``decode`` makes text of bytes, ``timed_extract`` values of text, ``check`` tells what is wrong with
a plan before it runs, and ``urls`` has the one identity of a page.
"""
