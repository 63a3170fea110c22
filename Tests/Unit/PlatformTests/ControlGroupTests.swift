import Testing

@testable import Platform

@Suite struct ControlGroupTests {
    private func limit(_ files: [String: String]) -> Int? { ControlGroup.memoryByteCountMax { files[$0] } }

    @Test func theLeastLimitOfAllGroupsAboveCounts() {
        #expect(limit([:]) == nil)
        #expect(limit(["/proc/self/cgroup": "0::/\n"]) == nil)
        #expect(
            limit([
                "/proc/self/cgroup": "0::/system.slice/symbology.service\n",
                "/sys/fs/cgroup/system.slice/symbology.service/memory.max": "max\n",
                "/sys/fs/cgroup/system.slice/memory.max": "2097152\n",
            ]) == 2_097_152)
    }

    @Test func theOlderHierarchyIsReadToo() {
        #expect(
            limit([
                "/proc/self/cgroup": "5:cpu,cpuacct:/x\n4:memory:/x/y\n0::/\n",
                "/sys/fs/cgroup/memory/x/y/memory.limit_in_bytes": "1048576\n",
                "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
            ]) == 1_048_576)
    }

    /// Its path is that of the host, of which only the container's own part is mounted.
    @Test func aContainerHasTheRootAlone() {
        #expect(limit(["/proc/self/cgroup": "0::/docker/1f\n", "/sys/fs/cgroup/memory.max": "4096\n"]) == 4_096)
    }
}
