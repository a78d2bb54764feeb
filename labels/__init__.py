"""Paper: values in; label and receipt out (SVG, PNG, PDF, ZPL). Knows nothing of the rest of the system.

Begin at ``device_label``, ``intake_receipt`` and ``repair_receipt``. ``values`` says what they are given;
``fonts.load`` is called once, at start.
"""
