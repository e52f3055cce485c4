//! What `getaddrinfo` (`AI_`) and `getnameinfo` (`NI_`) can be asked for. Their errors, `EAI_`,
//! come from the table in `errno`.

use super::constants;

constants! {
    when (all()) {
        AI_ADDRCONFIG => "only families of which this machine has an address itself";
        AI_ALL => "with AI_V4MAPPED: the IPv6 addresses and the mapped IPv4 ones";
        AI_CANONNAME => "give the host's official name with the first entry";
        AI_NUMERICHOST => "the host is an address in figures: ask no name server";
        AI_NUMERICSERV => "the service is a port in figures: look no name up";
        AI_PASSIVE => "addresses to bind: no host means every address of this machine";
        AI_V4MAPPED => "where a host has no IPv6 address, its IPv4 ones in IPv6 form";

        NI_DGRAM => "name the service by what the port means in UDP";
        NI_MAXHOST => "room for the longest host name, in bytes";
        NI_MAXSERV = 32 => "room for the longest service name, in bytes";
        NI_NAMEREQD => "fail where the address has no name";
        NI_NOFQDN => "for local hosts, the name without the domain";
        NI_NUMERICHOST => "the host in figures: ask no name server";
        NI_NUMERICSERV => "the port in figures instead of the service's name";
    }
    when (all(target_os = "linux", target_env = "gnu")) {
        NI_IDN = 32 => "show a host name of other scripts in its own letters";
    }
    when (target_os = "macos") {
        AI_DEFAULT => "AI_V4MAPPED_CFG and AI_ADDRCONFIG together";
        AI_MASK => "all flags that getaddrinfo takes";
        AI_V4MAPPED_CFG => "mapped IPv4 addresses where the kernel can use them";
        EAI_MAX = 15 => "one more than the highest lookup error";
    }
}
