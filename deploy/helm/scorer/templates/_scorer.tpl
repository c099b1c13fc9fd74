{{- /*
The scorer: its account, service, network policy and StatefulSet of one replica. It joins no bus; clients reach it by its service.
  root  the chart's own context
  role  scorer
*/ -}}
{{- define "consortium.scorer" -}}
{{- $root := .root -}}
{{- $values := .root.Values -}}
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
  selector:
    {{- include "consortium.selector" . | nindent 4 }}
  ports:
    - name: health
      port: {{ $values.health.port }}
      targetPort: health
    - name: clients
      port: {{ $values.listen.port }}
      targetPort: clients
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
    - from:
        {{- toYaml $values.network.clients | nindent 8 }}
      ports:
        - port: clients
          protocol: TCP
    {{- if $values.network.monitoring }}
    - from:
        {{- toYaml $values.network.monitoring | nindent 8 }}
      ports:
        - port: health
          protocol: TCP
    {{- end }}
  egress: []
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
      containers:
        - name: daemon
          image: {{ include "consortium.image" $root }}
          imagePullPolicy: {{ $values.image.pullPolicy }}
          args:
            - /app/Scoring/consortium-scorer.dll
          env:
            - name: Consortium__Configuration
              value: /etc/consortium/configuration/consortium.json
            - name: Consortium__Digest
              value: {{ $values.configuration.digest | quote }}
            - name: Consortium__Identity
              value: /etc/consortium/identity/identity
            - name: Consortium__PassphraseFile
              value: /etc/consortium/identity/passphrase
            - name: Consortium__Listen
              value: {{ printf "0.0.0.0:%v" $values.listen.port | quote }}
            - name: Consortium__CertificateFile
              value: /etc/consortium/tls/tls.crt
            - name: Consortium__CertificateKeyFile
              value: /etc/consortium/tls/tls.key
            - name: Consortium__Offers
              value: /etc/consortium/offers/offers.json
            - name: Consortium__Data
              value: /var/lib/consortium/state
            - name: Consortium__Health
              value: {{ printf "0.0.0.0:%v" $values.health.port | quote }}
            {{- range $name, $value := $values.settings }}
            - name: {{ printf "Consortium__%s" $name }}
              value: {{ $value | quote }}
            {{- end }}
            - name: DOTNET_EnableDiagnostics
              value: "0"
          ports:
            - name: health
              containerPort: {{ $values.health.port }}
              protocol: TCP
            - name: clients
              containerPort: {{ $values.listen.port }}
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
            - name: tls
              mountPath: /etc/consortium/tls
              readOnly: true
            - name: offers
              mountPath: /etc/consortium/offers
              readOnly: true
            - name: data
              mountPath: /var/lib/consortium
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
        - name: tls
          secret:
            secretName: {{ $values.tls.secret | quote }}
            defaultMode: 0440
        - name: offers
          secret:
            secretName: {{ $values.offers.secret | quote }}
            defaultMode: 0440
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
{{- end -}}
