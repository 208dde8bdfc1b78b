"""The command line, one file per noun; ``bot.cli`` joins them."""
