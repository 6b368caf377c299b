"""File formats: the contract in ``base`` and one file a member."""
