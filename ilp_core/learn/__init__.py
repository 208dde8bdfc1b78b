"""Review: did it work — evaluation, dosage, trust, cost, training replays. Reads findings, writes none."""
