import subprocess
import sys


def test_importing_the_analysis_imports_no_heavy_library():
    heavy = ("statsmodels", "linearmodels", "pandas", "matplotlib", "scipy")
    code = f"import sys, analysis; print([m for m in {heavy!r} if m in sys.modules])"

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
