"""A bare sandbox as a program of its own: ``python -m bot.sandbox --personas 50``. It prints its address first."""

from __future__ import annotations

import argparse
import asyncio
import signal

from bot.sandbox.server import Persona, Sandbox

#: The first persona's account; the others follow.
FIRST_ACCOUNT = 1001


async def serve(port: int, personas: int, *, flood_control: bool) -> None:
    """Run until asked to stop."""
    stop = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    accounts = range(FIRST_ACCOUNT, FIRST_ACCOUNT + personas)
    people = [Persona(account, f"Account {account}", "") for account in accounts]
    # They have all written before: the bot may write to them whatever it has forgotten.
    sandbox = Sandbox(people, port=port, flood_control=flood_control, acquainted=accounts)
    await sandbox.start()
    print(sandbox.root, flush=True)
    await stop.wait()
    await sandbox.stop()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description="A loopback Bot API.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--personas", type=int, default=4)
    parser.add_argument("--no-flood", action="store_true", help="no flood control")
    wish = parser.parse_args()
    asyncio.run(serve(wish.port, wish.personas, flood_control=not wish.no_flood))


if __name__ == "__main__":
    main()
