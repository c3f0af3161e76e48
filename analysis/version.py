"""The version that goes with every estimate."""

VERSION = "0.1.0"
