"""`python -m whodunit.store`."""

from whodunit.store.main import main

if __name__ == "__main__":
    main()
