"""The running process: settings, wiring, Telegram in and out, alarm clock, command line, sandbox."""
