package io.tcptracker.firewall.nft;

import io.tcptracker.firewall.KeptFirewall;
import io.tcptracker.firewall.KernelNetwork;
import io.tcptracker.firewall.backend.Backend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What tests on a kernel's own nftables share: nft alone, and the backend that uses it. */
public abstract class NftTables extends KernelNetwork {
    private static final int SIZE = 100_000;

    private final List<Backend> backends = new ArrayList<>();

    @BeforeEach
    protected void choose() throws IOException {
        install("nft", "nft");
    }

    @AfterEach
    protected void leave() {
        backends.forEach(Backend::leave);
    }

    protected KeptFirewall nft() throws IOException {
        return nft(SIZE, false);
    }

    protected KeptFirewall nft(int size, boolean forwarded) throws IOException {
        Backend firewall =
                NftBackend.find(host(network.onHost()), forwarded, size, "").open();
        backends.add(firewall);
        return new KeptFirewall(firewall);
    }

    protected KeptFirewall byHand() throws IOException {
        return new KeptFirewall(NftBackend.attach(host(network.onHost())));
    }
}
