"""Mutated files for the import: made-up exports, damage of every kind, and a judge who loads them."""
