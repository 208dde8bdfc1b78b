"""Tables: what an agency edits in a spreadsheet, and reads back."""
