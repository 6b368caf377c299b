"""The character encodings of the web, as https://encoding.spec.whatwg.org/ has them.

Labels are ``webencodings``'. Python's codecs do the bulk of the decoding, in C, and are put right
where their tables and their faults differ from the standard's: no library for Python does all of it
(``chardetng`` detects with Firefox' tables but does not hand out its decoders).
"""
