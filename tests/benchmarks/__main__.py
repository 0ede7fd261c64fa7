"""`make bench`: what things cost on this machine, as medians and as ratios within one run."""

from tests.benchmarks import charts, mail, polling

if __name__ == "__main__":
    for benchmark in (charts, mail, polling):
        print(benchmark.__doc__)
        for line in benchmark.run():
            print(f"  {line}")
