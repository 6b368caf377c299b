"""What a page says about itself and about how it was found: one selector prefix a file.

``base`` is the contract, ``queries`` the list of prefixes, ``data`` what queries share on one page,
and ``found.described`` tells all that a page describes, for whoever looks for names.
"""
