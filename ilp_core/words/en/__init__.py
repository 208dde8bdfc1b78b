"""The English catalogue: ``answers`` for findings, ``desk`` for dialogue, ``commands`` for the command line,
``vocabulary`` for what officers type, ``names`` for offences and areas."""
