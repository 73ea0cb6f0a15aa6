"""Record the journals of the seed `golden`: `python -m tests.golden.record`."""

from __future__ import annotations

import json

from tests.golden.test_determinism import JOURNALS
from tests.golden.world_in_hashes import world_in_hashes

if __name__ == "__main__":
    journals = {name: hashes["journal"] for name, hashes in world_in_hashes("golden").items()}
    JOURNALS.write_text(json.dumps(journals, indent=1, sort_keys=True) + "\n")
