"""The checks of `padnet verify`, one file each: hashes, weights, modules, tables, certificates, links, runs,
notebooks.

Every check takes the project folder and returns an Outcome; none changes a file of the project.
"""
