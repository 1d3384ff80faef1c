import QtQuick
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// How far an order is at one system; where somebody has to finish it there, a code for the customer's own phone.
ColumnLayout {
    id: target
    required property var row
    // Too low for the code itself: only its large view.
    property bool low: false
    readonly property string words: {
        fmt.locale
        if (row.reason)
            return Words.known(row.reason) ? Words.reason(row.reason) : row.detail
        return row.remote_id ? qsTr("Number there: %1").arg(row.remote_id) : row.at ? qsTr("since %1").arg(fmt.time(row.at)) : ""
    }
    signal codeWanted(string link)

    spacing: 8
    ListRow {
        Layout.fillWidth: true
        detail: target.words
        focusPolicy: Qt.NoFocus
        hoverEnabled: false
        inset: 0
        ruled: !target.row.link
        title: target.row.label
        trailing: Badge { iconName: Words.outboxIcon(target.row.state); meaning: Words.outboxMeaning(target.row.state); text: Words.outbox(target.row.state) }
    }
    GridLayout {
        Layout.bottomMargin: 8
        Layout.fillWidth: true
        columnSpacing: 16
        columns: width / Theme.scale > 300 ? 2 : 1
        rowSpacing: 8
        visible: !!target.row.link
        QrCode { visible: !target.low; Layout.preferredHeight: 140; Layout.preferredWidth: 140; about: qsTr("Code with the link to finish the order"); radius: Theme.radiusSmall; text: target.row.link || "" }
        ColumnLayout {
            Layout.fillWidth: true
            spacing: 8
            AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; text: qsTr("The customer finishes this order at %1 with their own phone.").arg(target.row.label); visible: !target.low; wrapMode: Text.Wrap }
            ActionButton { Layout.fillWidth: true; iconName: "qrcode"; text: target.low ? qsTr("Show the code") : qsTr("Show it large"); onClicked: target.codeWanted(target.row.link) }
        }
    }
}
