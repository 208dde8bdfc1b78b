"""Collect: files of incidents and areas come in, each load with a report.

What belongs here: opening a file that someone exported, recognising whose layout it has, turning its text into
checked arrays, deciding which rows are new, and handing rows and columns to ``storage`` in one transaction.
What does not: SQL (``storage``), ranking or counting for answers (``analyse``), deciding who may import and the
audit row about it (the caller). pandas, numpy, pyarrow, shapely and pyproj are at home here.

The way in: ``load.load_incidents``, ``areas.load_areas``, ``offences.load_presets``; ``projection.project`` and
``projection.unproject`` turn degrees into the agency's metres and back.
"""
