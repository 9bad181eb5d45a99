"""Cutoff in fromager: records of what wheels were built with, and builds of only those that a change touches.

``hooks`` records, ``command`` plans and builds; README.md tells how to switch them on. Nothing here runs unless it is.
"""
