"""The rest of a desk's inputs: community concerns, survey waves, partner reports, and their templates."""
