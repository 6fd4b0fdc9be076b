{{/* The pod that turns a group's source into its bundle. Takes root, group. */}}
{{- define "autoglm.provisionPod" -}}
{{- $group := .group -}}
{{- $compile := .root.Values.compile -}}
metadata:
  labels:
    {{- include "autoglm.podLabels" (dict "root" .root "component" "compile" "group" $group) | nindent 4 }}
spec:
  restartPolicy: Never
  serviceAccountName: {{ include "autoglm.fullname" .root }}-backend
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- include "autoglm.podSettings" (dict "root" .root "settings" $compile) | nindent 2 }}
  {{- with $compile.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $compile.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: provision
      image: {{ include "autoglm.image" (dict "root" .root "name" "compiler") }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      args:
        - provision
        - /model/bundle
        - --bundle-id={{ $group.bundleId }}
        {{- if eq $group.format "bundle" }}
        - --from-bundle
        {{- else }}
        - --precision={{ $group.compile.precision }}
        - --content-format={{ $group.compile.contentFormat }}
        {{- end }}
        {{- if eq $group.source "https" }}
        - --url={{ $group.https.url }}
        - --sha256={{ $group.https.sha256 }}
        {{- if $group.https.caConfigMap }}
        - --ca=/ca/ca.crt
        {{- end }}
        {{- else }}
        - --checkpoint={{ list "/checkpoint" (index $group $group.source).path | compact | join "/" }}
        {{- end }}
      {{- if and (eq $group.source "https") $group.https.authorizationSecret }}
      env:
        - name: AUTOGLM_FETCH_AUTHORIZATION
          valueFrom:
            secretKeyRef:
              name: {{ $group.https.authorizationSecret }}
              key: authorization
      {{- end }}
      resources:
        {{- toYaml $compile.resources | nindent 8 }}
      securityContext:
        {{- toYaml .root.Values.containerSecurityContext | nindent 8 }}
      volumeMounts:
        - name: bundle
          mountPath: /model
        {{- if ne $group.source "https" }}
        - name: checkpoint
          mountPath: /checkpoint
          readOnly: true
        {{- else if $group.https.caConfigMap }}
        - name: ca
          mountPath: /ca
          readOnly: true
        {{- end }}
  volumes:
    - name: bundle
      persistentVolumeClaim:
        claimName: {{ include "autoglm.groupName" (dict "root" .root "component" "bundle" "group" $group) }}
    {{- if ne $group.source "https" }}
    - name: checkpoint
      {{- include "autoglm.sourceVolume" $group | nindent 6 }}
    {{- else if $group.https.caConfigMap }}
    - name: ca
      configMap:
        name: {{ $group.https.caConfigMap }}
        items:
          - key: ca.crt
            path: ca.crt
    {{- end }}
{{- end -}}
