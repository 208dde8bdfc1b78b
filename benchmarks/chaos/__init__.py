"""Chaos: kill the bot again and again under load, make Telegram fail, and count what was lost, doubled or misordered.

``python -m benchmarks.chaos`` runs it; ``report`` judges; ``child`` is the bot that kills itself at a named point;
``plain`` is an ordinary python-telegram-bot application, with which the same run must show losses.
"""
