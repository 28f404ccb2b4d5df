"""``python -m batchtui``."""

from batchtui.cli import main

if __name__ == "__main__":
    main()
