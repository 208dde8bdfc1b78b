"""Collect: what an agency has comes in, each load with a report.

What belongs here: opening a file that someone exported, recognising whose layout it has, turning its text into
checked arrays, deciding which rows are new, and handing columns to ``storage`` in one transaction; outlines and
landmarks, the gazetteer, offence tables, the smaller inputs, and feeds that fetch all of these. What does not: SQL
(``storage``), ranking or counting for answers (``analyse``). pandas, numpy, pyarrow, shapely and pyproj are at home
here.

The ways in: ``load.load_files``, ``areas.load.load_areas``, ``inputs.load.load_inputs``, ``feeds.run.run_feed``,
``undo.undo_load``, ``offences.presets.load_presets``; ``projection.project`` and ``unproject`` turn degrees into
the agency's metres and back. A file goes through ``reading``, ``sources`` or ``generic``, ``records``, ``versions``
and ``keep``, in this order.
"""
