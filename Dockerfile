# Both stages are of the same Debian, so that the Java runtime made in one runs in the other.
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS build
RUN apt-get update && apt-get install -y --no-install-recommends openjdk-17-jdk-headless maven
# A runtime of only the modules in use; java.sql is for pcap4j, jdk.management for the JVM's own metrics.
RUN jlink --output /opt/tcptracker/runtime --strip-java-debug-attributes --no-header-files --no-man-pages --compress=2 \
        --add-modules java.sql,jdk.httpserver,jdk.management,jdk.unsupported
WORKDIR /src

# A build of next to nothing fetches what a build needs, in a layer that stays until a pom changes.
COPY .mvn .mvn
COPY pom.xml ./
COPY tracker-core/pom.xml tracker-core/
COPY tracker-capture/pom.xml tracker-capture/
COPY tracker-firewall/pom.xml tracker-firewall/
COPY tracker-metrics/pom.xml tracker-metrics/
COPY tracker-cli/pom.xml tracker-cli/
COPY tracker-core/src/main/java/io/tcptracker/core/package-info.java tracker-core/src/main/java/io/tcptracker/core/
RUN mvn -B -ntp -q clean package -DskipTests -Dspotless.check.skip

COPY . .
RUN mvn -B -ntp -q clean package -DskipTests -Dspotless.check.skip

WORKDIR /opt/tcptracker
# JNA's native library is unpacked once and for all, so that nothing need be written, or run from /tmp, later.
RUN mkdir bin lib \
    && cp /src/bin/tcptracker bin/ \
    && cp /src/tracker-cli/target/tcptracker.jar lib/ \
    && jar --extract --file lib/tcptracker.jar com/sun/jna \
    && mv "com/sun/jna/linux-$(uname -m | tr _ -)/libjnidispatch.so" lib/ \
    && rm -r com

FROM ${BASE}
LABEL org.opencontainers.image.title="tcptracker"
LABEL org.opencontainers.image.description="Logs and counts new TCP connections, detects and blocks port scanners."
LABEL org.opencontainers.image.licenses="Apache-2.0"
# Docker gives capabilities to root only; for other users --cap-add only allows files to give them.
# Here setpriv has them, and the entry point hands them on.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ipset iptables libcap2-bin libpcap0.8 \
    && setcap cap_net_admin,cap_net_raw+p /usr/bin/setpriv \
    && apt-get purge -y --autoremove libcap2-bin \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin tcptracker \
    && install -d -m 1777 /var/lib/tcptracker
COPY --from=build /opt/tcptracker /opt/tcptracker
COPY packaging/entrypoint.sh /usr/local/bin/tcptracker

# For the lock against a second tracker, which containers share that share the volume.
ENV RUNTIME_DIRECTORY=/var/lib/tcptracker
VOLUME /var/lib/tcptracker
# As a number, for Kubernetes to see that it isn't root.
USER 10001:10001
ENTRYPOINT ["tcptracker"]
CMD ["--help"]
