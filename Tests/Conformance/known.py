"""Cases that fail, by name, and why.

One that passes all the same fails the run, so that this list cannot outlive its reasons.
"""

KNOWN: dict[str, str] = {}
