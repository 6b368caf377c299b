"""The Python client, under the name by which our own programs import it.

The same folder is a distribution of its own (``gristmill-client``), which imports as
``gristmill_client``. So both may be installed side by side: they share no file.
"""
