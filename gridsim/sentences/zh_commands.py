"""What is said where something cannot be done: extras that are missing, clusters, templates."""

from __future__ import annotations

__all__ = ["CHINESE"]

CHINESE = {
    # extras
    "{what}: {library} is not installed; install it with: pip install 'gridsim[{extra}]'": (
        "{what}需要 {library}，但尚未安装；请安装：pip install 'gridsim[{extra}]'"
    ),
    "the report": "报告",
    "SQL": "SQL 查询",
    "sensitivity indices": "敏感性指标",
    "the design {name}": "design（{name}）",
    "a cluster": "Dask 集群",
    # batches
    "interrupted; what was finished stands in {path}, and the same command goes on from there": (
        "已中断；已完成的部分保存在 {path}，再次执行同一命令即可接着运算"
    ),
    "no Dask cluster with a worker at {address}: {why}": "{address} 没有带工作进程的 Dask 集群：{why}",
    "the Dask cluster has no worker yet: start some, or client.wait_for_workers(n)": (
        "Dask 集群还没有工作进程：请先启动，或用 client.wait_for_workers(n) 等待"
    ),
    (
        "a worker of the given {name} died, and gridsim cannot start again what it did not make; what was finished "
        "is kept: run the plan again with a new executor, or with executor='processes'"
    ): (
        "所给 {name} 的一个工作进程中断，而 gridsim 无法重新启动不是由它建立的进程；已完成的部分已保存："
        "请换新的 executor 或用 executor='processes' 再次运算"
    ),
    "executor must be a concurrent.futures.Executor, a Dask client, 'threads' or 'processes', not {given}": (
        "executor 应为 concurrent.futures.Executor、Dask 的 client、'threads' 或 'processes'，而不是 {given}"
    ),
    "a worker runs another version of gridsim or of its libraries; install the same everywhere": (
        "有的工作进程所用的 gridsim 或其依赖库版本不同；请各处安装相同版本"
    ),
    # machine code
    "Compiling the kernels for this machine: some ten seconds, this once.": (
        "正在为本机编译计算内核：约需十秒，仅此一次。"
    ),
    (
        "Compiling the kernels takes some ten seconds in every run, because their machine code cannot be kept: {why}. "
        "To keep it, set the environment variable NUMBA_CACHE_DIR to a folder that can be written."
    ): (
        "每次运行都要用约十秒编译计算内核，因为编译结果无法保存：{why}。"
        "若要保存，请把环境变量 NUMBA_CACHE_DIR 设为一个可写入的文件夹。"
    ),
    "no folder for it can be written": "没有可写入的文件夹",
    # templates
    "no template is called {name!r}": "没有模板 {name!r}",
    "no example is called {name!r}": "没有示例 {name!r}",
    "no format is called {name!r}": "没有格式 {name!r}",
    "no language is called {name!r}": "没有语言 {name!r}",
    "the mini template is always the same: {name} goes with the template province": (
        "模板 mini 固定不变：{name} 只用于模板 province"
    ),
    "users must be from 1 to {most:,}, not {count:,}": "users 应为 1 至 {most:,}，而不是 {count:,}",
    "the seed must not be negative, but it is {seed}": "seed 不能为负数，而所给为 {seed}",
    "{path} is a file; a scenario is a folder": "{path} 是文件，而场景是文件夹",
    "{path} is not empty; a template is written into a new or an empty folder only": (
        "{path} 不是空文件夹；模板只写入新的或空的文件夹"
    ),
    "Parquet is for programs: its columns have their English names, so leave the language out": (
        "Parquet 供程序使用，列名为英文：请不要指定语言"
    ),
    "a workbook holds at most {most:,} users (36 rows of meter each), not {count:,}": (
        "一个工作簿至多容纳 {most:,} 个用户（每个用户有计量 36 行），不能容纳 {count:,} 个"
    ),
    "{name} has {count:,} rows, and a sheet of Excel can hold {most:,}": (
        "{name} 有 {count:,} 行，而 Excel 的工作表至多 {most:,} 行"
    ),
}
