"""Where finished files can be sent: ``base`` is the contract, each other file a kind."""
