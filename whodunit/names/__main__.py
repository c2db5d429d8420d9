"""`python -m whodunit.names`."""

from whodunit.names.main import main

if __name__ == "__main__":
    main()
