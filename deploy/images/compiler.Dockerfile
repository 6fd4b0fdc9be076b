# Turns a checkpoint into a bundle: docker run -v <checkpoint>:/model:ro -v <folder>:/bundles autoglm/compiler
# compile /model /bundles/current. Without a checkpoint of your own, /opt/autoglm/model is the embedded one.
ARG BASE_IMAGE
FROM ${BASE_IMAGE} AS prepared
COPY toolkit/ /opt/autoglm/toolkit/
COPY model/ /opt/autoglm/model/
RUN java --enable-native-access=ALL-UNNAMED -DENGINE_CACHE_DIR=/opt/autoglm/native -Dai.djl.offline=true \
        -cp "/opt/autoglm/toolkit/classes:/opt/autoglm/toolkit/lib/*" ai.autoglm.toolkit.command.Autoglm \
        compile /opt/autoglm/model /tmp/bundle \
    && chmod -R a+rX /opt/autoglm

FROM ${BASE_IMAGE}
COPY --from=prepared /opt/autoglm/ /opt/autoglm/
ENV ENGINE_CACHE_DIR=/opt/autoglm/native
USER 65532:65532
ENTRYPOINT ["java", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Xmx1g", \
    "-Dslf4j.internal.verbosity=ERROR", "-Dai.djl.offline=true", \
    "-Djava.io.tmpdir=/dev/shm", "-cp", "/opt/autoglm/toolkit/classes:/opt/autoglm/toolkit/engine:/opt/autoglm/toolkit/lib/*", \
    "ai.autoglm.toolkit.command.Autoglm"]
