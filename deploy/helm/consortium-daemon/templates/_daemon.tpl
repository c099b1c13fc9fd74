{{- /*
One daemon: its account, service, network policy and StatefulSet of one replica. A party runs once: Kubernetes starts no second
pod of a StatefulSet's name before the first one is gone, and the daemon rejects a second one by its folder's lock and at the broker.
  root  the chart's own context
  role  participant, aggregator or key-holder
*/ -}}
{{- define "consortium.daemon" -}}
{{- $root := .root -}}
{{- $values := .root.Values -}}
{{- $role := .role -}}
{{- $name := include "consortium.name" $root -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ $name }}
  labels:
    {{- include "consortium.labels" . | nindent 4 }}
automountServiceAccountToken: false
---
apiVersion: v1
kind: Service
metadata:
  name: {{ $name }}
  labels:
    {{- include "consortium.labels" . | nindent 4 }}
spec:
  clusterIP: None
  publishNotReadyAddresses: true
  selector:
    {{- include "consortium.selector" . | nindent 4 }}
  ports:
    - name: health
      port: {{ $values.health.port }}
      targetPort: health
{{- if $values.network.policy }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ $name }}
  labels:
    {{- include "consortium.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "consortium.selector" . | nindent 6 }}
  policyTypes:
    - Ingress
    - Egress
  ingress:
    {{- if $values.network.monitoring }}
    - from:
        {{- toYaml $values.network.monitoring | nindent 8 }}
      ports:
        - port: health
          protocol: TCP
    {{- else }}
    []
    {{- end }}
  egress:
    - ports:
        - port: 53
          protocol: UDP
        - port: 53
          protocol: TCP
    - to:
        {{- toYaml $values.network.broker | nindent 8 }}
      ports:
        - port: {{ $values.broker.port }}
          protocol: TCP
{{- end }}
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ $name }}
  labels:
    {{- include "consortium.labels" . | nindent 4 }}
spec:
  replicas: 1
  serviceName: {{ $name }}
  selector:
    matchLabels:
      {{- include "consortium.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "consortium.labels" . | nindent 8 }}
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/port: {{ $values.health.port | quote }}
        prometheus.io/path: /metrics
        {{- with $values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ $name }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: 60
      securityContext:
        runAsNonRoot: true
        runAsUser: 1654
        runAsGroup: 1654
        fsGroup: 1654
        fsGroupChangePolicy: OnRootMismatch
        seccompProfile:
          type: RuntimeDefault
      {{- with $values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- if ne $role "aggregator" }}
      {{- if $values.ledger.begin }}
      initContainers:
        - name: begin-ledger
          image: {{ include "consortium.image" $root }}
          imagePullPolicy: {{ $values.image.pullPolicy }}
          command:
            - /bin/sh
            - -c
            - test -e /var/lib/consortium-ledger/participation.ledger || exec dotnet /app/Cli/consortium.dll ledger begin "$@"
            - sh
            - --party
            - {{ $values.party | quote }}
            - --folder
            - /etc/consortium/configuration
            - --ledger
            - /var/lib/consortium-ledger/participation.ledger
          env:
            - name: DOTNET_EnableDiagnostics
              value: "0"
          securityContext:
            {{- include "consortium.confinement" . | nindent 12 }}
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          volumeMounts:
            - name: configuration
              mountPath: /etc/consortium/configuration
              readOnly: true
            - name: ledger
              mountPath: /var/lib/consortium-ledger
            - name: temporary
              mountPath: /tmp
      {{- end }}
      {{- end }}
      containers:
        - name: daemon
          image: {{ include "consortium.image" $root }}
          imagePullPolicy: {{ $values.image.pullPolicy }}
          args:
            - {{ include "consortium.program" . }}
          env:
            {{- include "consortium.environment" . | nindent 12 }}
          ports:
            - name: health
              containerPort: {{ $values.health.port }}
              protocol: TCP
          startupProbe:
            httpGet:
              path: /health
              port: health
            periodSeconds: 5
            timeoutSeconds: 5
            failureThreshold: {{ $values.health.startupAttempts }}
          livenessProbe:
            httpGet:
              path: /health
              port: health
            periodSeconds: 20
            timeoutSeconds: 10
            failureThreshold: 6
          readinessProbe:
            httpGet:
              path: /ready
              port: health
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 2
          securityContext:
            {{- include "consortium.confinement" . | nindent 12 }}
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          volumeMounts:
            - name: configuration
              mountPath: /etc/consortium/configuration
              readOnly: true
            - name: identity
              mountPath: /etc/consortium/identity
              readOnly: true
            - name: broker
              mountPath: /etc/consortium/broker
              readOnly: true
            {{- if $values.broker.rootCertificates }}
            - name: broker-roots
              mountPath: /etc/consortium/broker-roots
              readOnly: true
            {{- end }}
            - name: data
              mountPath: /var/lib/consortium
            {{- if ne $role "aggregator" }}
            - name: ledger
              mountPath: /var/lib/consortium-ledger
            {{- end }}
            {{- if eq $role "participant" }}
            - name: policy
              mountPath: /etc/consortium/policy
              readOnly: true
            - name: payments
              mountPath: /var/lib/consortium-payments
              readOnly: true
              {{- with $values.payments.subPath }}
              subPath: {{ . | quote }}
              {{- end }}
            {{- end }}
            - name: temporary
              mountPath: /tmp
      volumes:
        - name: configuration
          configMap:
            name: {{ $values.configuration.configMap | quote }}
        - name: identity
          secret:
            secretName: {{ $values.identity.secret | quote }}
            defaultMode: 0440
        - name: broker
          secret:
            secretName: {{ $values.broker.secret | quote }}
            defaultMode: 0440
        {{- if $values.broker.rootCertificates }}
        - name: broker-roots
          configMap:
            name: {{ $values.broker.rootCertificates | quote }}
        {{- end }}
        {{- if eq $role "participant" }}
        - name: policy
          configMap:
            name: {{ $values.policy.configMap | quote }}
        - name: payments
          persistentVolumeClaim:
            claimName: {{ $values.payments.claim | quote }}
            readOnly: true
        {{- end }}
        - name: temporary
          emptyDir:
            sizeLimit: 64Mi
      {{- with $values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
  persistentVolumeClaimRetentionPolicy:
    whenDeleted: Retain
    whenScaled: Retain
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        {{- include "consortium.claim" $values.data | nindent 8 }}
    {{- if ne $role "aggregator" }}
    - metadata:
        name: ledger
      spec:
        {{- include "consortium.claim" $values.ledger | nindent 8 }}
    {{- end }}
{{- end -}}

{{- define "consortium.name" -}}
{{ printf "%s-%s" .Release.Name .Values.party | trunc 52 | trimSuffix "-" }}
{{- end -}}

{{- define "consortium.selector" -}}
app.kubernetes.io/name: {{ printf "consortium-%s" .role }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
consortium/party: {{ .root.Values.party | quote }}
{{- end -}}

{{- define "consortium.labels" -}}
{{ include "consortium.selector" . }}
app.kubernetes.io/part-of: consortium
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end -}}

{{- define "consortium.image" -}}
{{- if .Values.image.digest -}}
{{ printf "%s@%s" .Values.image.repository .Values.image.digest | quote }}
{{- else -}}
{{ printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) | quote }}
{{- end -}}
{{- end -}}

{{- define "consortium.program" -}}
{{- if eq .role "participant" -}}
/app/Participant/consortium-participant.dll
{{- else if eq .role "aggregator" -}}
/app/Aggregator/consortium-aggregator.dll
{{- else -}}
/app/KeyHolder/consortium-key-holder.dll
{{- end -}}
{{- end -}}

{{- define "consortium.confinement" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
privileged: false
capabilities:
  drop:
    - ALL
{{- end -}}

{{- define "consortium.claim" -}}
accessModes:
  - ReadWriteOnce
{{- with .storageClass }}
storageClassName: {{ . | quote }}
{{- end }}
resources:
  requests:
    storage: {{ .size | quote }}
{{- end -}}

{{- define "consortium.environment" -}}
{{- $values := .root.Values -}}
- name: Consortium__Configuration
  value: /etc/consortium/configuration/consortium.json
- name: Consortium__Digest
  value: {{ $values.configuration.digest | quote }}
- name: Consortium__Identity
  value: /etc/consortium/identity/identity
- name: Consortium__PassphraseFile
  value: /etc/consortium/identity/passphrase
{{- if $values.broker.clientCertificate }}
- name: Consortium__BrokerClientCertificate
  value: /etc/consortium/broker/tls.crt
- name: Consortium__BrokerClientKey
  value: /etc/consortium/broker/tls.key
{{- else }}
- name: Consortium__BrokerPasswordFile
  value: /etc/consortium/broker/broker-password
{{- end }}
{{- with $values.broker.host }}
- name: Consortium__BrokerHost
  value: {{ . | quote }}
- name: Consortium__BrokerPort
  value: {{ $values.broker.port | quote }}
{{- end }}
{{- if $values.broker.rootCertificates }}
- name: Consortium__BrokerRootCertificate
  value: /etc/consortium/broker-roots/ca.crt
{{- end }}
- name: Consortium__Data
  value: /var/lib/consortium/state
{{- if ne .role "aggregator" }}
- name: Consortium__Ledger
  value: /var/lib/consortium-ledger/participation.ledger
{{- end }}
{{- if eq .role "participant" }}
- name: Consortium__Policy
  value: /etc/consortium/policy/policy.json
- name: Consortium__Payments
  value: /var/lib/consortium-payments
{{- end }}
- name: Consortium__Health
  value: {{ printf "0.0.0.0:%v" $values.health.port | quote }}
{{- range $name, $value := $values.settings }}
- name: {{ printf "Consortium__%s" $name }}
  value: {{ $value | quote }}
{{- end }}
- name: DOTNET_EnableDiagnostics
  value: "0"
{{- end -}}
