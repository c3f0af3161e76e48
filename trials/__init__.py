"""The life of a trial: who does what, when, and what it leaves behind."""
