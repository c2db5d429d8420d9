"""`python -m whodunit.replay FOLDER`: be the lab of a recorded run until stopped."""

from whodunit.replay.process import main

if __name__ == "__main__":
    main()
